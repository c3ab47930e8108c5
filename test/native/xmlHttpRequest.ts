import { request, type ClientRequest, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

/** The part of React Native's `XMLHttpRequest` that whatwg-fetch uses. It delivers a response only when it is complete. */
export class XMLHttpRequest {
  readyState = 0;
  status = 0;
  statusText = '';
  response = '';
  responseURL = '';
  withCredentials = true;
  onload: () => void = () => undefined;
  onerror: () => void = () => undefined;
  onabort: () => void = () => undefined;
  onreadystatechange: () => void = () => undefined;

  readonly #headers: Record<string, string> = {};
  #call: ClientRequest | null = null;
  #answered: IncomingHttpHeaders = {};
  #method = 'GET';

  open(method: string, url: string): void {
    this.#method = method;
    this.responseURL = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  getAllResponseHeaders(): string {
    return Object.entries(this.#answered)
      .map(([name, value]) => `${name}: ${String(value)}\r\n`)
      .join('');
  }

  send(body: string | null): void {
    const call = request(this.responseURL, { method: this.#method, headers: this.#headers }, (answer) => {
      this.status = answer.statusCode ?? 0;
      this.#answered = answer.headers;
      text(answer).then(
        (all) => {
          this.response = all;
          this.#end(this.onload);
        },
        () => this.#end(this.onerror),
      );
    });
    this.#call = call;
    call.on('error', () => this.#end(this.onerror));
    call.end(body === null || body === '' ? undefined : body);
  }

  abort(): void {
    this.#end(this.onabort);
    this.#call?.destroy();
  }

  #end(tell: () => void): void {
    if (this.readyState === 4) return;
    this.readyState = 4;
    this.onreadystatechange();
    tell();
  }
}
