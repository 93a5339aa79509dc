// Holds nothing: the precompiled header of all rooms needs a target with a source to belong to.
