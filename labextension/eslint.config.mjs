import jupyter from '@jupyter/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['lib', 'node_modules', '.yarn', 'src/wire.ts'] },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked
    ],
    languageOptions: {
      parserOptions: {
        project: './tsconfig.eslint.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    plugins: { '@jupyter': jupyter, 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...Object.fromEntries(
        Object.keys(jupyter.rules).map(name => [`@jupyter/${name}`, 'error'])
      ),
      // A signal is given the method and its `this`, which a rule of Jupyter's checks.
      '@typescript-eslint/unbound-method': 'off',
      // What is imported at the start is needed then, or has nothing big behind it; the graph has.
      '@jupyter/prefer-lazy-imports': 'off',
      // Numbers in a sentence are what templates are for.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true }
      ],
      '@typescript-eslint/consistent-type-imports': 'error'
    }
  },
  {
    files: ['src/views/**', 'src/model/lineage.ts', 'src/**/*.spec.ts'],
    rules: {
      // What was looked up a line before is there; the mark stands in sight.
      '@typescript-eslint/no-non-null-assertion': 'off'
    }
  },
  {
    files: ['src/**/*.spec.ts'],
    rules: {
      // A stand-in keeps the shape of what it stands in for.
      '@typescript-eslint/require-await': 'off'
    }
  }
);
