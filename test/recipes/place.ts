/** An element for one application, which counts the application's writes to it. */
export interface Place extends Disposable {
  readonly element: HTMLElement;
  writes(): number;
}

export function openPlace(): Place {
  const element = document.createElement('main');
  document.body.append(element);
  let count = 0;
  const watch = new MutationObserver((records) => void (count += records.length));
  watch.observe(element, { attributes: true, characterData: true, childList: true, subtree: true });
  return {
    element,
    writes() {
      count += watch.takeRecords().length;
      return count;
    },
    [Symbol.dispose]() {
      watch.disconnect();
      element.remove();
    },
  };
}
