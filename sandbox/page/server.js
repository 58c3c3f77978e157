// The sandbox's control API: what people do, and the stream of what happens. See sandbox/README.md.

const RETRY_FIRST = 500;
const RETRY_MOST = 2000;

/** Do something as somebody. Throws an Error with the server's sentence if it refuses. */
export async function act(action, parameters) {
  const form = parameters instanceof FormData;
  const response = await fetch(`/sandbox/${action}`, {
    method: "POST",
    headers: form ? {} : { "Content-Type": "application/json" },
    body: form ? parameters : JSON.stringify(parameters ?? {}),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `${response.status}`);
  return answer;
}

/** Where a file's bytes are. */
export const fileUrl = (id) => `/sandbox/file/${encodeURIComponent(id)}`;

/**
 * Follow the world: `onState` gets everything at the start and after each interruption, `onChange` each change,
 * `onLink` whether there is a connection. Comes back by itself.
 */
export function follow({ onState, onChange, onLink }) {
  let pause = RETRY_FIRST;

  async function connect() {
    try {
      const response = await fetch("/sandbox/state", { cache: "no-store" });
      if (!response.ok) throw new Error(`${response.status}`);
      const state = await response.json();
      onState(state);
      listen(state.seq);
    } catch (error) {
      if (!(error instanceof TypeError)) console.warn(error);
      onLink(false);
      setTimeout(connect, pause);
      pause = Math.min(pause * 1.5, RETRY_MOST);
    }
  }

  function listen(seq) {
    const source = new EventSource(`/sandbox/events?after=${seq}`);
    const again = () => {
      source.close();
      onLink(false);
      setTimeout(connect, pause);
    };
    source.onopen = () => {
      pause = RETRY_FIRST;
      onLink(true);
    };
    source.onmessage = (event) => onChange(JSON.parse(event.data));
    source.addEventListener("reset", again);
    source.onerror = again;
  }

  connect();
}
