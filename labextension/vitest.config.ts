/** Unit tests of what needs no browser: the models, and pure functions. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['src/**/*.spec.ts'] }
});
