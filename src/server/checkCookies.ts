import { check, func, object, oneOf, text, type Kind } from '../errors/checks.ts';

/** The characters that a header's name may have: RFC 9110, section 5.6.2. */
const headerName: Kind<string> = {
  expected: 'the name of a header',
  includes: (value): value is string => typeof value === 'string' && /^[!#$%&'*+.^_`|~\w-]+$/.test(value),
};

const absent: Kind<undefined> = {
  expected: 'left out where `cookie` is given',
  includes: (value) => value === undefined,
};

/**
 * Checks what a contract says about cookies.
 *
 * @param option - where it stands; empty where its members are options themselves
 * @throws {InvalidOptionError} names the option, what was expected and what came
 */
export function checkCookies(option: string, cookies: unknown): void {
  if (cookies === undefined) return;
  const { credentials, csrf }: { readonly credentials?: unknown; readonly csrf?: unknown } = check(
    option,
    cookies,
    object,
  );
  const prefix = option === '' ? '' : `${option}.`;
  if (credentials !== undefined)
    check(`${prefix}credentials`, credentials, oneOf(['same-origin', 'include']));
  if (csrf !== undefined) checkCsrf(`${prefix}csrf`, csrf);
}

function checkCsrf(option: string, csrf: unknown): void {
  const members: Partial<Record<'header' | 'cookie' | 'value', unknown>> = check(option, csrf, object);
  const { header, cookie, value } = members;
  check(`${option}.header`, header, headerName);
  if (cookie !== undefined) check(`${option}.value`, value, absent);
  if (value === undefined) check(`${option}.cookie`, cookie, text);
  else check(`${option}.value`, value, func);
}
