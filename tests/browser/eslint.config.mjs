// What our JavaScript keeps to beside its types; types.mjs reads this.

/** @type {Partial<import('eslint').Linter.RulesRecord>} */
const RULES = {
  'no-unused-vars': ['error', { args: 'after-used', caughtErrors: 'all' }],
  'no-undef': 'error',
  'no-redeclare': 'error',
  'no-implicit-globals': 'error',
  'no-var': 'error',
  'prefer-const': ['error', { destructuring: 'all' }],
  eqeqeq: 'error',
  'no-self-compare': 'error',
  'no-unreachable': 'error',
  'no-fallthrough': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'max-len': ['error', { code: 120, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true }],
};

const UNIVERSAL =
  'crypto console fetch URL TextEncoder TextDecoder btoa atob setTimeout clearTimeout setInterval clearInterval ' +
  'AbortController AbortSignal DOMException performance';
const BROWSER =
  'document window navigator location history sessionStorage localStorage CSS Blob print getSelection ' +
  'addEventListener getComputedStyle innerWidth innerHeight Element HTMLElement HTMLFormElement HTMLInputElement ' +
  'HTMLTemplateElement HTMLTextAreaElement HTMLDetailsElement HTMLProgressElement RadioNodeList';

/** @param {string} names */
const globals = (names) => Object.fromEntries(names.split(' ').map((name) => [name, /** @type {const} */ ('readonly')]));

/** @type {import('eslint').Linter.Config[]} */
export const config = [
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.mjs'],
    languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: globals(`${UNIVERSAL} ${BROWSER}`) },
    rules: RULES,
  },
  {
    files: ['**/tests/browser/**'],
    languageOptions: { globals: globals('process Buffer') },
    rules: { 'max-lines': ['error', 500] },
  },
];
