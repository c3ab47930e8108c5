interface Step {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly body?: URLSearchParams;
}

/** A user at the provider: follows redirects, keeps cookies, and submits each form, until the address has this start. */
export async function followTo(
  start: string,
  url: string,
  cookies = new Map<string, string>(),
): Promise<string> {
  const end = await follow(url, { isEnd: (address) => address.startsWith(start), cookies });
  if (end.isWithoutForm) throw new Error(`No form and no redirect at ${end.url}`);
  return end.url;
}

/** A user who opens the address of a device sign-in, and confirms or refuses it. */
export async function decideOnDevice(url: string, isRefused = false): Promise<void> {
  await follow(url, { refusal: isRefused ? { abort: 'yes' } : {} });
}

async function follow(
  url: string,
  {
    isEnd = () => false,
    refusal = {},
    cookies = new Map(),
  }: {
    readonly isEnd?: (url: string) => boolean;
    readonly refusal?: Readonly<Record<string, string>>;
    readonly cookies?: Map<string, string>;
  },
): Promise<{ readonly url: string; readonly isWithoutForm: boolean }> {
  let next: Step = { url, method: 'GET' };
  for (let steps = 0; steps < 20; steps += 1) {
    if (isEnd(next.url)) return { url: next.url, isWithoutForm: false };
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const { url: address, ...init } = next;
    const response = await fetch(address, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const page = await response.text();
    const form = location === null ? formIn(page, next.url) : null;
    if (location !== null) next = { url: new URL(location, next.url).href, method: 'GET' };
    else if (form === null) return { url: next.url, isWithoutForm: true };
    else {
      const isConfirmation = form.body.has('confirm');
      for (const [name, value] of Object.entries(isConfirmation ? refusal : {})) form.body.set(name, value);
      next = form;
    }
  }
  throw new Error('Too many redirects');
}

function formIn(page: string, url: string): (Step & { readonly body: URLSearchParams }) | null {
  const [, action] = /action="([^"]+)"/.exec(page) ?? [];
  // After a refusal, the provider shows an empty field for another code.
  if (action === undefined || page.includes('type="text" name="user_code"')) return null;
  const body = new URLSearchParams();
  for (const [input] of page.matchAll(/<input type="hidden"[^>]*>/g)) {
    const [, name] = /name="([^"]*)"/.exec(input) ?? [];
    const [, value = ''] = /value="([^"]*)"/.exec(input) ?? [];
    if (name !== undefined) body.append(name, value);
  }
  return { url: new URL(action, url).href, method: 'POST', body };
}
