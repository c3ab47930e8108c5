/** Whether a value is a form, of any realm. `JSON.stringify` would turn it into `{}`. */
export function isForm(value: unknown): value is URLSearchParams | FormData {
  return /URLSearchParams|FormData/.test(Object.prototype.toString.call(value));
}
