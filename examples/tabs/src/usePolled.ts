import { useEffect, useState } from 'react';

/** The latest value, or `undefined` before the first one. */
export function usePolled<Value>(read: () => Promise<Value>, every = 500): Value | undefined {
  const [value, setValue] = useState<Value>();
  useEffect(() => {
    const poll = () => {
      // Keep the last value when the server has been stopped.
      read().then(setValue, () => undefined);
    };
    poll();
    const timer = setInterval(poll, every);
    return () => clearInterval(timer);
  }, [read, every]);
  return value;
}
