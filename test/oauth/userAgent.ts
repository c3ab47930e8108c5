/** A user at the provider: follows redirects, keeps cookies, and submits each form, until the address has this start. */
export async function followTo(start: string, url: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next: { readonly url: string; readonly method: string } = { url, method: 'GET' };
  for (let steps = 0; steps < 20; steps += 1) {
    if (next.url.startsWith(start)) return next.url;
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(next.url, { method: next.method, headers: { cookie }, redirect: 'manual' });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location !== null) next = { url: new URL(location, next.url).href, method: 'GET' };
    else {
      const [, action] = /action="([^"]+)"/.exec(await response.text()) ?? [];
      if (action === undefined) throw new Error(`No form and no redirect at ${next.url}: ${response.status}`);
      next = { url: new URL(action, next.url).href, method: 'POST' };
    }
  }
  throw new Error('Too many redirects');
}
