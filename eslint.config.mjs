import js from "@eslint/js";
import tseslint from "typescript-eslint";

const nodeGlobals = [
  ...["Buffer", "URL", "URLSearchParams", "console", "fetch", "module", "performance", "process", "require"],
  ...["clearInterval", "clearTimeout", "setInterval", "setTimeout"],
];

export default tseslint.config(
  { ignores: ["**/dist/", "**/node_modules/", "test/fixtures/", "examples/", "test/agreement/models/"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      eqeqeq: ["error", "always"],
    },
  },
  {
    files: ["**/*.{mjs,cjs}"],
    languageOptions: { globals: Object.fromEntries(nodeGlobals.map((name) => [name, "readonly"])) },
  },
);
