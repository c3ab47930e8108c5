import { expectFunction, expectObject, readOneOf, readText, unexpected } from '../errors/checks.ts';

/** The characters of a header's name (RFC 9110, section 5.6.2). */
const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;

/**
 * Checks what a contract says about cookies.
 *
 * @param option - where it stands; empty where its members are options themselves
 * @throws {InvalidOptionError} names the option, what was expected and what came
 */
export function checkCookies(option: string, cookies: unknown): void {
  if (cookies === undefined) return;
  expectObject(option, cookies);
  const { credentials, csrf }: { readonly credentials?: unknown; readonly csrf?: unknown } = cookies;
  const prefix = option === '' ? '' : `${option}.`;
  if (credentials !== undefined) readOneOf(`${prefix}credentials`, credentials, ['same-origin', 'include']);
  if (csrf !== undefined) checkCsrf(`${prefix}csrf`, csrf);
}

function checkCsrf(option: string, csrf: unknown): void {
  expectObject(option, csrf);
  const { header, cookie, value }: Partial<Record<'header' | 'cookie' | 'value', unknown>> = csrf;
  if (!headerName.test(readText(`${option}.header`, header))) {
    throw unexpected(`${option}.header`, 'the name of a header', header);
  }
  if (cookie !== undefined && value !== undefined) {
    throw unexpected(`${option}.value`, 'left out where `cookie` is given', value);
  }
  if (value === undefined) readText(`${option}.cookie`, cookie);
  else expectFunction(`${option}.value`, value);
}
