import ts from 'typescript-eslint'
import vue from 'eslint-plugin-vue'

// Only web/src: templates need a linter that reads them; everything else is oxlint's (.oxlintrc.json).
export default ts.config(
  { ignores: ['**/dist/**', '**/*.d.ts'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended-error'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    files: ['**/*.vue', '**/*.ts'],
    rules: {
      // Layout is oxfmt's business, undefined names are the type checker's, page names like Home.vue are fine.
      'vue/multi-word-component-names': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      // An optional prop is undefined when it is absent: the types say so.
      'vue/require-default-prop': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-v-html': 'error',
      'vue/no-undef-components': ['error', { ignorePatterns: ['^[Rr]outer-?([Ll]ink|[Vv]iew)$'] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['web/src/**/*.{ts,vue}'],
    ignores: ['web/src/core/**', '**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'The server is reached through web/src/core/server/client.ts.' },
        { name: 'XMLHttpRequest', message: 'The server is reached through web/src/core/server/client.ts.' },
        { name: 'EventSource', message: 'The server is reached through web/src/core.' },
      ],
    },
  },
)
