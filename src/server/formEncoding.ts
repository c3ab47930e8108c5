import { check, expectMembers, object, oneOf, text } from '../errors/checks.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';
import type { HeaderValues } from './contract.ts';

/** Encodes the object that the `body` of an endpoint returned. `undefined` means that there is no body. */
export type BodyEncoding = (
  /** The name of the body in errors, as in `login.body`. */
  name: string,
  body: object | undefined,
) => { readonly body: string | URLSearchParams; readonly headers?: HeaderValues };

/** The client as the server knows it (RFC 6749, section 2.3.1). */
export interface ClientCredentials {
  /** The client identifier. */
  id: string;
  /** The client secret. Leave it out in a browser or an app, where it would not be secret. Default is none. */
  secret?: string;
  /**
   * Where to send the two: in the header (`Authorization: Basic …`, known as `client_secret_basic`), or in the body
   * (`client_id` and `client_secret`, known as `client_secret_post`). Default is `'header'` with a secret, otherwise
   * `'body'`.
   */
  sentIn?: 'header' | 'body';
}

/**
 * Encodes the bodies of a contract as forms (`application/x-www-form-urlencoded`), as OAuth servers expect (RFC 6749,
 * appendix B). A field that is `null` or `undefined` is left out; a list becomes several fields of the same name.
 *
 * @param options - `client`: the credentials of the client, which are added to each call. Default is none.
 * @throws {InvalidOptionError} a member of `client` is not valid, or, when a call is made, a field is an object
 *
 * @example
 * ```ts
 * import { formEncoding, restContract } from 'sessionchart';
 *
 * const server = restContract<unknown, { username: string; password: string }>({
 *   login: { path: 'oauth/token', body: ({ credentials }) => ({ grant_type: 'password', ...credentials }) },
 *   refresh: {
 *     path: 'oauth/token',
 *     body: ({ refreshToken }) => ({ grant_type: 'refresh_token', refresh_token: refreshToken }),
 *   },
 *   encoding: formEncoding({ client: { id: 'web' } }),
 * });
 * ```
 */
export function formEncoding({ client }: { client?: ClientCredentials } = {}): BodyEncoding {
  if (client !== undefined) expectClient(client);
  const { headers, fields } = client === undefined ? {} : sendClient(client);
  return (name, body) => ({ body: toForm(name, { ...body, ...fields }), ...(headers && { headers }) });
}

function expectClient(client: ClientCredentials): void {
  expectKnown('client.', check('client', client, object), ['id', 'secret', 'sentIn']);
  expectMembers('client', client, ['id', 'secret?'], text);
  expectMembers('client', client, ['sentIn?'], oneOf(['header', 'body']));
}

/** The credentials of a client, as a header or as fields of the body. */
function sendClient({ id, secret, sentIn }: ClientCredentials): {
  readonly headers?: HeaderValues;
  readonly fields?: HeaderValues;
} {
  const isInBody = sentIn === undefined ? secret === undefined : sentIn === 'body';
  if (isInBody) return { fields: { client_id: id, ...(secret !== undefined && { client_secret: secret }) } };
  // Each is encoded as in a form before they are joined (RFC 6749, section 2.3.1).
  const encode = (part: string) => String(new URLSearchParams({ part })).slice('part='.length);
  return { headers: { authorization: `Basic ${btoa(`${encode(id)}:${encode(secret ?? '')}`)}` } };
}

function toForm(option: string, fields: object): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, field] of Object.entries<unknown>({ ...fields })) {
    for (const value of Array.isArray(field) ? field : [field]) {
      if (value === null || value === undefined) continue;
      if (typeof value === 'object')
        throw new InvalidOptionError(
          `${option}.${name}`,
          'a text, a number or a list of them',
          kindOf(value),
        );
      form.append(name, String(value));
    }
  }
  return form;
}
