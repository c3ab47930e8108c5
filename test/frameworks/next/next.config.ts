import { join } from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  cacheComponents: true,
  partialPrefetching: true,
  // The packages of this repository are above this folder. An application of its own needs no `root`.
  turbopack: { root: join(import.meta.dirname, '../../..') },
};

export default config;
