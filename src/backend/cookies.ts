import { parseCookie, stringifySetCookie } from 'cookie';

/** The attributes of a cookie (RFC 6265bis, section 5.6). */
export interface CookieAttributes {
  readonly httpOnly: true;
  readonly secure: boolean;
  readonly sameSite: 'lax' | 'strict';
  readonly path: string;
  /** Seconds. Without it, the cookie ends with the browser; 0 deletes it. */
  readonly maxAge?: number;
}

/**
 * The cookies of a request, and the way to set those of its response. {@link webCookies} reads a `Request`; frameworks have
 * their own, such as `cookies()` in Next.js.
 */
export interface CookieAccess {
  /** Returns the value of a cookie of the request. */
  get(this: void, name: string): string | undefined;
  /**
   * Adds a cookie to the response. Leave it out if this response can set none, as in a server component.
   *
   * @param isCurrent - ask it when you send the response: after `false`, leave this cookie out, because another response of
   * this process has signed the user out or in since
   */
  set?(this: void, name: string, value: string, attributes: CookieAttributes, isCurrent: () => boolean): void;
}

/** The cookies of a web request, and the headers that set those of its response. */
export interface WebCookies extends CookieAccess {
  set(this: void, name: string, value: string, attributes: CookieAttributes, isCurrent?: () => boolean): void;
  /**
   * Returns the same response with a `Set-Cookie` header for each cookie that was set. Call it last: it leaves out the cookie
   * of a session that another response has ended in the meantime.
   */
  applyTo(response: Response): Response;
}

/**
 * Reads the cookies of a web `Request`, and collects those that the response is to set.
 *
 * @example
 * ```ts
 * import { webCookies, type ServerSessions } from 'sessionchart/server';
 *
 * declare const sessions: ServerSessions;
 *
 * export async function GET(request: Request): Promise<Response> {
 *   const cookies = webCookies(request);
 *   using session = await sessions.open(cookies);
 *   const orders = await session.api.get('orders').json();
 *   return cookies.applyTo(Response.json(orders));
 * }
 * ```
 */
export function webCookies(request: Request): WebCookies {
  const given = parseCookie(request.headers.get('cookie') ?? '');
  const set = new Map<string, { readonly header: string; readonly isCurrent: () => boolean }>();
  return {
    get: (name) => given[name],
    set(name, value, attributes, isCurrent = always) {
      set.set(name, { header: stringifySetCookie({ name, value, ...attributes }), isCurrent });
    },
    applyTo(response) {
      const headers = new Headers(response.headers);
      for (const { header, isCurrent } of set.values()) if (isCurrent()) headers.append('set-cookie', header);
      const { status, statusText } = response;
      return new Response(response.body, { status, statusText, headers });
    },
  };
}

const always = (): boolean => true;

/** A cookie whose value may be longer than a browser stores in one: 4096 bytes with its name and attributes. */
export interface LongCookie {
  read(this: void, cookies: CookieAccess): string;
  /** @throws {Error} the text is too long for four cookies */
  write(this: void, cookies: CookieAccess, text: string, isCurrent?: () => boolean): void;
}

/** The characters that fit into one cookie beside its name and its attributes. */
const mostCharacters = 3_800;

/** Servers accept some 16 kilobytes of headers. */
const mostParts = 4;

export function createLongCookie(name: string, attributes: CookieAttributes): LongCookie {
  const nameOf = (part: number) => (part === 0 ? name : `${name}.${part}`);

  return {
    read(cookies) {
      // A browser may still have a part of a longer text, so the first one says how many there are.
      const count = Math.min(mostParts, Number(cookies.get(name)?.charAt(0)));
      let text = '';
      for (let part = 0; part < count; part += 1) text += cookies.get(nameOf(part)) ?? '';
      return text.slice(1);
    },
    write(cookies, text, isCurrent = always) {
      const count = text === '' ? 0 : Math.ceil((text.length + 1) / mostCharacters);
      const counted = `${count}${text}`;
      if (count > mostParts)
        throw new Error(
          `The session does not fit into cookies: it has ${text.length} characters, and at most ${mostParts * mostCharacters} fit. Give \`serverSessions\` a \`store\``,
        );
      for (let part = 0; part < count; part += 1) {
        const slice = counted.slice(part * mostCharacters, (part + 1) * mostCharacters);
        cookies.set?.(nameOf(part), slice, attributes, isCurrent);
      }
      for (let part = count; part < mostParts; part += 1)
        if (part === 0 || cookies.get(nameOf(part)) !== undefined)
          cookies.set?.(nameOf(part), '', { ...attributes, maxAge: 0 }, isCurrent);
    },
  };
}
