import { useEffect, useState } from 'react';

/** What was read last; `undefined` before the first time. */
export function usePolled<Value>(read: () => Promise<Value>, every = 500): Value | undefined {
  const [value, setValue] = useState<Value>();
  useEffect(() => {
    const poll = () => {
      // Whoever has stopped the server stops the page too.
      read().then(setValue, () => undefined);
    };
    poll();
    const timer = setInterval(poll, every);
    return () => clearInterval(timer);
  }, [read, every]);
  return value;
}
