/**
 * Whether every variant is tested (`npm run test:all`). Otherwise one client, worker or server stands for the others where
 * the difference is small, so that the tests end in time.
 */
export const testsEverything: boolean = import.meta.env.MODE === 'all';
