import type { EndpointChanges } from '../report/findings.ts';
import { csrfMark, type SentCall } from './dryRun.ts';
import { memberOf, type Marks } from './marks.ts';
import { print, printEach, quoted, type Printed } from './print.ts';

/** What an endpoint sends without options. */
export interface Usual {
  /** The JSON of the default body. `undefined`: no body. */
  readonly body: unknown;
}

/** Headers that every request has, or that other options of the contract add. */
const commonHeaders = ['accept', 'content-type', 'content-length'];

/** An endpoint of `restContract`: a path, or an object. */
export function endpointText(
  sent: SentCall,
  usual: Usual,
  marks: Marks,
  changes: Partial<EndpointChanges> = {},
): Printed {
  const authorization = sent.headers.get('authorization') ?? '';
  const bearer = marks.expressionOf(/^Bearer (.+)$/.exec(authorization)?.[1]);
  const { success = sent.success } = changes;
  const text: Record<string, Printed | undefined> = {
    path: quoted(sent.path),
    method: sent.method === 'POST' ? undefined : quoted(sent.method),
    bearer: bearer === undefined ? undefined : `({ ${rootOf(bearer)} }) => ${bearer}`,
    headers: headersText(sent, marks),
    body: bodyText(sent, usual, marks),
    success: success === null ? nullText(sent) : String(success),
    errorCodes: printEach({ ...sent.errorCodes, ...changes.errorCodes }),
    grant: printEach(changes.grant ?? {}),
  };
  const isPlain = print(text) === print({ path: text['path'] });
  return isPlain ? quoted(sent.path) : text;
}

const nullText = ({ refusesNull }: SentCall): string | undefined =>
  refusesNull ? '(body) => body !== null' : undefined;

const rootOf = (expression: string): string => expression.split(/[?.[]/)[0] ?? expression;

/** Headers of this endpoint alone, with the values of the call in them. */
function headersText({ headers }: SentCall, marks: Marks): string | undefined {
  const found = [...headers].flatMap(([name, value]) => {
    const expression = marks.expressionOf(value);
    const isOwn = !commonHeaders.includes(name) && !value.startsWith(csrfMark) && expression !== undefined;
    return isOwn ? [[name, expression] as const] : [];
  });
  if (found.length === 0) return undefined;
  const roots = [...new Set(found.map(([, expression]) => rootOf(expression)))].join(', ');
  return `({ ${roots} }) => ({ ${found.map(([name, expression]) => `${quoted(name)}: ${expression} ?? ''`).join(', ')} })`;
}

function bodyText(sent: SentCall, usual: Usual, marks: Marks): string | undefined {
  const body = parseBody(sent);
  if (JSON.stringify(body) === JSON.stringify(usual.body) || /^(?:GET|HEAD)$/.test(sent.method))
    return undefined;
  if (body === undefined) return '() => undefined';
  const used = new Set<string>();
  const value = valueText(body, marks, used);
  const roots = [...used].toSorted().join(', ');
  return `(${roots === '' ? '' : `{ ${roots} }`}) => (${value})`;
}

/** The fields of a body: of JSON, or of a form without the client. `undefined` if there is none. */
export function parseBody({ body, headers }: SentCall): unknown {
  if (body === '') return undefined;
  if (!isForm(headers)) {
    const json: unknown = JSON.parse(body);
    return json;
  }
  const { client_id: _id, client_secret: _secret, ...fields } = Object.fromEntries(new URLSearchParams(body));
  return fields;
}

/** Whether a body can be written as the fields of an endpoint. */
export function hasFields(sent: SentCall): boolean {
  try {
    parseBody(sent);
    return true;
  } catch {
    return false;
  }
}

export const isForm = (headers: Headers): boolean =>
  headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true;

function valueText(value: unknown, marks: Marks, used: Set<string>): string {
  const expression = marks.expressionOf(value);
  if (expression !== undefined) {
    used.add(rootOf(expression));
    return expression;
  }
  if (typeof value !== 'object' || value === null) return constantText(value);
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item, marks, used)).join(', ')}]`;
  const entries = Object.entries<unknown>({ ...value });
  const names = Object.keys(marks.credentials);
  const isSpread =
    names.length > 0 &&
    names.every((name) => marks.expressionOf(Reflect.get(value, name)) === memberOf('credentials', name));
  if (isSpread) used.add('credentials');
  const rest = isSpread ? entries.filter(([name]) => !names.includes(name)) : entries;
  const parts = rest.map(([name, member]) => memberText(name, member, marks, used));
  return `{ ${[...parts, ...(isSpread ? ['...credentials'] : [])].join(', ')} }`;
}

function memberText(name: string, member: unknown, marks: Marks, used: Set<string>): string {
  const label = /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
  const isSecret =
    typeof member === 'string' && marks.expressionOf(member) === undefined && isSecretName(name);
  const text = isSecret ? secretText(name) : valueText(member, marks, used);
  return label === text ? label : `${label}: ${text}`;
}

const constantText = (value: unknown): string =>
  typeof value === 'string' ? quoted(value) : JSON.stringify(value);

/** Whether a constant may be a secret by its name. */
export const isSecretName = (name: string): boolean =>
  /secret|password|api.?key|token$|^authorization$|signature/i.test(name);

/** A secret of the contract is not printed. */
export const secretText = (name: string): string =>
  `process.env['${name.replaceAll(/\W+/g, '_').toUpperCase()}'] ?? ''`;
