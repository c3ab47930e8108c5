import { serveVault } from 'sessionchart/vault/worker';
import { server } from './contract.ts';

declare const apiUrl: string;

serveVault({ baseUrl: apiUrl, server });
