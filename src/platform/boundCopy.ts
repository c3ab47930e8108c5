/**
 * Copies an object, so that the copy can be spread. A spread of an instance of a class leaves out the methods, which are on its
 * prototype, and takes members that are no options. The functions of the copy stay bound to the original and its private
 * fields.
 *
 * @param names - the members that an instance of a class is copied with
 */
export function boundCopy<Value extends object>(original: Value, names: readonly string[]): Value {
  const copy = { ...original };
  if (!isInstance(original)) return copy;
  for (const name of Object.keys(copy)) Reflect.deleteProperty(copy, name);
  for (const name of names.filter((known) => known in original)) {
    const member: unknown = Reflect.get(original, name);
    Reflect.set(copy, name, typeof member === 'function' ? member.bind(original) : member);
  }
  return copy;
}

/** Whether an object is an instance of a class: its prototype has a prototype. */
function isInstance(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== null && Object.getPrototypeOf(prototype) !== null;
}
