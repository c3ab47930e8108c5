import { jwtClaims } from '../../server/jwtClaims.ts';
import { fieldAt } from '../../server/readJson.ts';
import { findField } from '../checks/grantPaths.ts';
import { key, quoted } from './print.ts';
import type { Sample } from './grantText.ts';

/** How a contract finds the user. */
export interface UserText {
  /** `grant.user`, or `undefined` for the default. */
  readonly user?: string;
  /** The second argument of `withUser`. */
  readonly withUser?: string;
  /** Whether the probe could not see it. */
  readonly isUnknown?: boolean;
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Whether a name can be a variable in the text. */
const isName = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name);

/** Finds the user of a session in what the server sent. */
export function userText(
  { exchange, held }: Sample,
  second: { readonly body: unknown; readonly path: string } | null,
): UserText {
  const { user, accessToken } = held;
  if (user === null || user === undefined || isSame(fieldAt(exchange.body, 'user'), user)) return {};
  if (second !== null) {
    const path = isSame(second.body, user) ? '' : findField(second.body, (value) => isSame(value, user));
    if (path === '') return { withUser: quoted(second.path) };
    if (path !== undefined && isName(path))
      return {
        withUser: `{ path: ${quoted(second.path)}, read: ({ ${path} }: { ${path}: User }) => ${path} }`,
      };
  }
  const path = findField(exchange.body, (value) => isSame(value, user));
  if (path?.split('.').every(isName)) return { user: nestedText(path) };
  return membersText(user, exchange.body, accessToken === null ? {} : jwtClaims(accessToken));
}

/** `({ data }: { data: { user: User } }) => data.user` */
function nestedText(path: string): string {
  const names = path.split('.');
  const type = names.toReversed().reduce((inner, name) => `{ ${name}: ${inner} }`, 'User');
  return `({ ${names[0] ?? ''} }: ${type}) => ${path}`;
}

/** A user whose members are those of the body, or claims of the token. */
function membersText(user: unknown, body: unknown, claims: Readonly<Record<string, unknown>> = {}): UserText {
  if (typeof user !== 'object' || user === null) return { isUnknown: true };
  const members = Object.entries<unknown>({ ...user });
  const names = members.map(([name]) => name);
  if (members.every(([name, value]) => isSame(fieldAt(body, name), value))) {
    if (names.every(isName)) {
      const list = names.join(', ');
      return { user: `({ ${list} }: Partial<User>) => (${names.join(' && ')} ? { ${list} } : undefined)` };
    }
    const list = names.map((name) => `${key(name)}: user[${quoted(name)}]`).join(', ');
    const isThere = names.map((name) => `user[${quoted(name)}]`).join(' && ');
    return { user: `(user: Partial<User>) => (${isThere} ? { ${list} } : undefined)` };
  }
  const found = members.map(([name, value]) => {
    const claim = Object.keys(claims).find(
      (key) => isSame(claims[key], value) || String(claims[key]) === value,
    );
    return claim === undefined
      ? undefined
      : `${key(name)}: ${typeof value === 'number' ? 'Number' : 'String'}(claims[${quoted(claim)}])`;
  });
  if (found.includes(undefined)) return { isUnknown: true };
  return { user: `(_body, claims) => ({ ${found.join(', ')} })` };
}

/** The type of an object of JSON. */
export function objectType(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'unknown';
  const members = Object.entries<unknown>({ ...value });
  return `{ ${members.map(([name, member]) => `${key(name)}: ${typeOf(member)}`).join('; ')} }`;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) {
    const types = [...new Set(value.map(typeOf))];
    return types.length === 1 && types[0] !== undefined ? `readonly (${types[0]})[]` : 'readonly unknown[]';
  }
  if (typeof value === 'object' && value !== null) return objectType(value);
  return value === null || value === undefined ? 'unknown' : typeof value;
}
