import { quoted } from './print.ts';

/** Texts that stand for the values of a call, and the expressions that read those in a contract. */
export interface Marks {
  readonly credentials: object;
  readonly user: unknown;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The expression for a value, or `undefined` if it is a constant or contains one. */
  readonly expressionOf: (value: unknown) => string | undefined;
}

/** Marks each value of the credentials and of the user. */
export function createMarks(credentials: object, user: unknown): Marks {
  const expressions = new Map<unknown, string>([
    ['sc-access-token', 'accessToken'],
    ['sc-refresh-token', 'refreshToken'],
  ]);
  let count = 987_650_000;

  function mark(value: unknown, expression: string, access = memberOf): unknown {
    if (typeof value === 'object' && value !== null) {
      const members = Object.entries<unknown>({ ...value }).map(
        ([name, member]) => [name, mark(member, access(expression, name))] as const,
      );
      const marked = Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
      if (members.length > 0) expressions.set(JSON.stringify(marked), expression);
      return marked;
    }
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    count += 1;
    const marked = typeof value === 'number' ? count : `sc-value-${count}`;
    expressions.set(marked, expression);
    return marked;
  }

  const marked = mark(credentials, 'credentials');
  return {
    credentials: typeof marked === 'object' && marked !== null ? marked : {},
    user: mark(user, 'user', optionalMemberOf),
    accessToken: 'sc-access-token',
    refreshToken: 'sc-refresh-token',
    expressionOf: (value) =>
      expressions.get(typeof value === 'object' && value !== null ? JSON.stringify(value) : value),
  };
}

/** The expression for a member: `credentials.scopes[0]`, `credentials['user-name']`. */
export function memberOf(expression: string, name: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return `${expression}.${name}`;
  return `${expression}[${/^\d+$/.test(name) ? name : quoted(name)}]`;
}

/** The same for a value that may be `null`: `user?.id`. */
const optionalMemberOf = (expression: string, name: string): string =>
  memberOf(`${expression}?.`, name).replace('?..', '?.');
