// The templates of `revision --template`. What they explain stands beside the SQL it is about,
// since comments above the header would become the revision's long message.
#include <array>

#include "script/render.hpp"

namespace revisiond::script {
namespace {

struct Template {
    std::string_view name;
    const char* text;
};

constexpr std::array<Template, 3> templates = {{
    {"sql", R"(${header}

-- [upgrade]

-- [downgrade]
)"},
    {"concurrent-index", R"(${header}
-- transaction = false

-- [upgrade]
-- Builds an index while the table stays writable. PostgreSQL refuses this inside a transaction, so
-- this revision has none: what a statement did stays done, and a journal knows how far it came.
-- The build waits for every transaction that is older than it; a long one holds it up.
-- A build that fails leaves an INVALID index: no query uses it, every write pays for it. It is
-- dropped at once, or by the next upgrade when this one was killed. So give the index a name, by
-- which it is found again.
--
-- CREATE INDEX CONCURRENTLY posts_owner_id_idx ON posts (owner_id);

-- [downgrade]
-- DROP INDEX CONCURRENTLY IF EXISTS posts_owner_id_idx;

-- [verify]
-- SELECT indisvalid FROM pg_index WHERE indexrelid = 'posts_owner_id_idx'::regclass;
)"},
    {"backfill", R"(${header}
-- transaction = false

-- [upgrade]
-- Fills a column in batches. Each batch commits, so row locks are short, vacuum keeps up and replicas
-- do not lag behind one huge transaction. That needs a revision without a transaction of its own.
-- Only rows that are not filled yet are touched: when it is interrupted, it is safe to run again
-- (`repair --retry`). Writers must fill the column themselves before this runs, by a default, a
-- trigger or the application; rows that appear behind the batches would be missed otherwise.
--
-- DO $$
-- DECLARE
--     done_to bigint := 0;
--     batch_end bigint;
-- BEGIN
--     LOOP
--         SELECT max(id) INTO batch_end
--         FROM (SELECT id FROM users WHERE id > done_to ORDER BY id LIMIT 5000) AS batch;
--         EXIT WHEN batch_end IS NULL;
--         UPDATE users SET display_name = split_part(email, '@', 1)
--         WHERE id > done_to AND id <= batch_end AND display_name IS NULL;
--         COMMIT;
--         done_to := batch_end;
--     END LOOP;
-- END
-- $$;

-- [downgrade]
-- Nothing to undo: the revision that added the column drops it with its values.

-- [verify]
-- SELECT count(*) = 0 FROM users WHERE display_name IS NULL;
)"},
}};

}  // namespace

const char* builtin_template(std::string_view name) {
    for (const Template& known : templates)
        if (known.name == name) return known.text;
    return nullptr;
}

std::vector<std::string> builtin_template_names() {
    std::vector<std::string> names;
    names.reserve(templates.size());
    for (const Template& known : templates) names.emplace_back(known.name);
    return names;
}

}  // namespace revisiond::script
