// Holds nothing: the precompiled header of all tests needs a target with a source to belong to.
