/** Imports run one way: http, worker → core; adapters → core; client → core's types; only the container and the mains compose. */

/** Tests, and what only tests import. */
const TEST = "([.](test|fixture)[.]ts$|^test/)";
/** What several adapters share: the brokers' folder, and files beside the technologies' folders. */
const SHARED = "^packages/adapters/src/(brokers/|[^/]+$)";
/** A package of ours, as its source or as what others import of it. */
const pkg = (names) => `^packages/(${names})/(src|dist)/`;

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "No module reaches itself, by types either.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolvable",
      comment: "Every import leads somewhere. (Which node: modules there are depends on the Node that checks.)",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^node:" },
    },
    {
      name: "declared",
      comment: "A package imports only what its own package.json names; a peer may be a devDependency too.",
      severity: "error",
      from: { path: "^((packages|examples)/[^/]+|bench|prove|servers)/src/", pathNot: TEST },
      to: {
        dependencyTypes: ["npm-no-pkg", "npm-dev", "npm-unknown"],
        dependencyTypesNot: ["npm-peer"],
        pathNot: [pkg("core|adapters|client|files|http|worker|cli"), "^servers/(src|dist)/"],
      },
    },
    {
      name: "core-is-pure",
      comment: "core imports nothing of Node (only its contracts assert) …",
      severity: "error",
      from: { path: pkg("core"), pathNot: TEST },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?assert(/strict)?$" },
    },
    {
      name: "only-contracts-assert",
      comment: "… and node:assert belongs to core/testing.",
      severity: "error",
      from: { path: pkg("core"), pathNot: [TEST, "^packages/core/src/testing/"] },
      to: { path: "^(node:)?assert(/strict)?$" },
    },
    {
      name: "core-is-alone",
      comment: "core imports no other package of ours.",
      severity: "error",
      from: { path: pkg("core") },
      to: { path: "^packages/(?!core/)" },
    },
    {
      name: "core-has-no-driver",
      comment: "core's dependencies are small and pure; a new one is a decision to be made here.",
      severity: "error",
      from: { path: pkg("core"), pathNot: TEST },
      to: {
        path: "node_modules/",
        pathNot:
          "node_modules/(zod|uuid|temporal-polyfill|temporal-spec|@noble/hashes|liquidjs|htmlparser2|tr46|libphonenumber-js)/",
      },
    },
    {
      name: "edges-know-core-only",
      comment: "adapters, files and worker import core and nothing else of ours.",
      severity: "error",
      from: { path: "^packages/(adapters|files|worker)/src/" },
      to: { path: "^packages/(?!core/)", pathNot: "^packages/$1/" },
    },
    {
      name: "http-knows-core-and-files",
      comment: "http imports core, and files to read and write what people upload and download.",
      severity: "error",
      from: { path: "^packages/http/src/" },
      to: { path: "^packages/(?!(core|files|http)/)" },
    },
    {
      name: "console-knows-the-client",
      comment: "The console speaks to the engine as any other page would: by the client, with core's types and rules.",
      severity: "error",
      from: { path: "^examples/console/" },
      to: { path: "^(packages/(?!(client|core)/)|examples/(?!console/)|bench/|prove/|servers/)" },
    },
    {
      name: "client-knows-types-only",
      comment: "The client takes core's types, and nothing else of ours: a page that loads it loads no engine.",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: TEST },
      to: { path: "^packages/(?!client/)", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "client-knows-core-only",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: TEST },
      to: { path: "^packages/(?!(core|client)/)" },
    },
    {
      name: "client-runs-anywhere",
      comment: "In a browser and in Node alike: nothing of Node's, and no library but the one that reads event streams.",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: TEST },
      to: { path: "node_modules/", pathNot: "node_modules/eventsource-parser/" },
    },
    {
      name: "client-runs-without-node",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: TEST },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "nobody-knows-examples",
      comment: "Packages never import examples, nor what proves them, nor the servers that they run on there.",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^(bench|examples|prove|servers)/" },
    },
    {
      name: "adapters-stay-apart",
      comment: "Each technology's folder imports itself, core and what adapters share: only the container knows several.",
      severity: "error",
      from: { path: "^packages/adapters/src/([^/]+)/", pathNot: "^packages/adapters/src/container/" },
      to: { path: "^packages/adapters/(src|dist)/", pathNot: ["^packages/adapters/(src|dist)/$1/", SHARED] },
    },
    {
      name: "shared-code-knows-no-technology",
      comment: "What adapters share imports core and itself.",
      severity: "error",
      from: { path: SHARED },
      to: { path: "^packages/adapters/(src|dist)/", pathNot: SHARED },
    },
    {
      name: "model-knows-itself",
      comment: "Entities and their folds import only each other and errors.",
      severity: "error",
      from: { path: "^packages/core/src/model/", pathNot: TEST },
      to: { path: "^packages/core/src/", pathNot: "^packages/core/src/(model/|errors[.]ts$)" },
    },
    {
      name: "query-knows-no-ports",
      comment: "The rule language is pure: it knows the model and errors, and nothing that stores.",
      severity: "error",
      from: { path: "^packages/core/src/query/", pathNot: TEST },
      to: { path: "^packages/core/src/", pathNot: "^packages/core/src/(query/|model/|errors[.]ts$)" },
    },
    {
      name: "query-rooms-in-order",
      comment: "condition ← language ← parse: what a store answers knows no syntax, and the language knows no parser.",
      severity: "error",
      from: { path: "^packages/core/src/query/(condition|language)/", pathNot: TEST },
      to: { path: "^packages/core/src/query/parse/" },
    },
    {
      name: "conditions-know-no-language",
      severity: "error",
      from: { path: "^packages/core/src/query/condition/", pathNot: TEST },
      to: { path: "^packages/core/src/query/", pathNot: "^packages/core/src/query/condition/" },
    },
    {
      name: "ports-know-no-use-case",
      comment: "The boundary is made of the model and of conditions.",
      severity: "error",
      from: { path: "^packages/core/src/ports/", pathNot: TEST },
      to: { path: "^packages/core/src/", pathNot: "^packages/core/src/(ports/|model/|query/condition/|errors[.]ts$)" },
    },
    {
      name: "usecases-know-no-store",
      comment: "Use cases reach what is outside through ports: no adapter, the one in memory neither.",
      severity: "error",
      from: { path: "^packages/core/src/(usecases|engine|template|view)/", pathNot: TEST },
      to: { path: "^packages/core/src/(memory|testing)/" },
    },
    {
      name: "sqlite-rooms-in-order",
      comment: "database ← schema ← query ← nouns ← threads ← faces.",
      severity: "error",
      from: { path: "^packages/adapters/src/sqlite/(database|schema|query)/", pathNot: TEST },
      to: { path: "^packages/adapters/src/sqlite/", pathNot: "^packages/adapters/src/sqlite/(database|schema|query)/" },
    },
    {
      name: "sqlite-schema-asks-nothing",
      severity: "error",
      from: { path: "^packages/adapters/src/sqlite/(database|schema)/", pathNot: TEST },
      to: { path: "^packages/adapters/src/sqlite/query/" },
    },
    {
      name: "sqlite-database-is-the-ground",
      severity: "error",
      from: { path: "^packages/adapters/src/sqlite/database/", pathNot: TEST },
      to: { path: "^packages/adapters/src/sqlite/", pathNot: "^packages/adapters/src/sqlite/database/" },
    },
    {
      name: "sqlite-nouns-know-no-thread",
      comment: "What runs inside a thread does not know that it does; threads are reached by the faces.",
      severity: "error",
      from: {
        path: "^packages/adapters/src/sqlite/((customers|orders|communications|claims|coordination)/|(segments|campaigns|batches|queue-messages|spool-rows)[.]ts$)",
        pathNot: TEST,
      },
      to: { path: "^packages/adapters/src/sqlite/(threads/|sqlite-(store|queue|spool)[.]ts$|index[.]ts$|subscription[.]ts$)" },
    },
    {
      name: "mongo-rooms-in-order",
      comment:
        "schema ← database ← query ← nouns ← faces: the connection opens typed collections, so the schema is the ground here.",
      severity: "error",
      from: { path: "^packages/adapters/src/mongo/(schema|database|query)/", pathNot: TEST },
      to: { path: "^packages/adapters/src/mongo/", pathNot: "^packages/adapters/src/mongo/(schema|database|query)/" },
    },
    {
      name: "mongo-schema-is-the-ground",
      severity: "error",
      from: { path: "^packages/adapters/src/mongo/schema/", pathNot: TEST },
      to: { path: "^packages/adapters/src/mongo/", pathNot: "^packages/adapters/src/mongo/schema/" },
    },
    {
      name: "mongo-database-asks-nothing",
      severity: "error",
      from: { path: "^packages/adapters/src/mongo/database/", pathNot: TEST },
      to: { path: "^packages/adapters/src/mongo/query/" },
    },
    {
      name: "middleware-knows-no-route",
      comment: "What every request passes does not import what one of them reaches.",
      severity: "error",
      from: { path: "^packages/http/src/(middleware|present|downloads)/", pathNot: TEST },
      to: { path: "^packages/http/src/routes/" },
    },
    {
      name: "only-composers-inject",
      comment: "tsyringe is for the container and the mains.",
      severity: "error",
      from: { pathNot: "^(packages/adapters/src/container|packages/cli|examples|prove/src/breaks)/" },
      to: { path: ["node_modules/tsyringe/", "node_modules/reflect-metadata/"] },
    },
    {
      name: "contracts-are-for-tests",
      comment: "Nothing that runs in production imports core/testing.",
      severity: "error",
      from: { pathNot: [TEST, "^packages/core/src/testing/", "^prove/"] },
      to: { path: "^packages/core/(src|dist)/testing/" },
    },
    {
      name: "fixtures-are-for-tests",
      comment: "What is built and published imports neither tests nor what tests share.",
      severity: "error",
      from: { pathNot: TEST },
      to: { path: TEST },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.base.json" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    doNotFollow: { path: "(^|/)(node_modules|dist)/" },
    exclude: { path: "^packages/[^/]+/dist/.*[.]map$" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
