import { redact } from '../errors/redact.ts';
import type { ServerContract } from './contract.ts';

/** The headers of a request with those of the contract. The request's own take precedence. */
export function withHeaders({ headers: given }: Pick<ServerContract, 'headers'>, own: Headers): Headers {
  if (given === undefined) return own;
  try {
    const all = new Headers(typeof given === 'function' ? given() : given);
    own.forEach((value, name) => {
      all.set(name, value);
    });
    return all;
  } catch (error) {
    // `Headers` quotes a value that it rejects.
    throw redact(error, 'server.headers');
  }
}
