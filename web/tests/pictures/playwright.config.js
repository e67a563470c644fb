import { defineConfig } from '@playwright/test';
import e2e from '../e2e/playwright.config.js';

// npm run pictures: the README's pictures, of the real program.
export default defineConfig({ ...e2e, testDir: '.', globalSetup: '../e2e/build.js' });
