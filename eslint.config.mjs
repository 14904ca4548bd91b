// Lints the scripts of the review page and of the desk: npx eslint@9
// Its parts run inside one function (see grooming_risk/rendering/html/markup.py), so each part names what it takes from
// the others (`global`) and gives to them (`exported`). Those of the desk are modules.
// Nothing needs to be installed beside eslint itself.
const BROWSER = [
  "clearTimeout", "document", "Node", "requestAnimationFrame", "setTimeout",
];

const DESK = [
  ...BROWSER, "fetch", "FormData", "Intl", "localStorage", "location", "performance", "URLSearchParams", "XMLHttpRequest",
];

const RULES = {
  "array-callback-return": "error",
  "consistent-return": "error",
  eqeqeq: "error",
  "no-cond-assign": "error",
  "no-const-assign": "error",
  "no-constant-condition": "error",
  "no-dupe-args": "error",
  "no-dupe-else-if": "error",
  "no-dupe-keys": "error",
  "no-duplicate-case": "error",
  "no-empty": "error",
  "no-eval": "error",
  "no-func-assign": "error",
  "no-implied-eval": "error",
  "no-irregular-whitespace": "error",
  "no-misleading-character-class": "error",
  "no-redeclare": "error",
  "no-self-assign": "error",
  "no-shadow": ["error", { builtinGlobals: false }],
  "no-undef": "error",
  "no-unreachable": "error",
  "no-unused-expressions": "error",
  "no-unused-vars": ["error", { vars: "all", args: "after-used", varsIgnorePattern: "^_$" }],
  "no-use-before-define": ["error", { functions: false }],
  "no-var": "error",
  "prefer-const": "error",
  "use-isnan": "error",
  "valid-typeof": "error",
  "max-len": ["error", { code: 120, ignorePattern: "const INVISIBLE" }],
};

export default [
  {
    files: ["grooming_risk/rendering/html/script/*.js"],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "script",
      globals: Object.fromEntries(BROWSER.map((name) => [name, "readonly"])),
    },
    rules: RULES,
  },
  {
    files: ["grooming_risk/desk/pages/static/*.js"],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: "module",
      globals: Object.fromEntries(DESK.map((name) => [name, "readonly"])),
    },
    rules: RULES,
  },
];
