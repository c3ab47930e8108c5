import { createRequire } from 'node:module';

// Strapi can be loaded with `require` only.
const { createStrapi } = createRequire(import.meta.url)('@strapi/strapi');
const appDir = import.meta.dirname;
await createStrapi({ appDir, distDir: appDir }).start();
