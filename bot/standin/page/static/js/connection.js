// How the page and the stand-in talk: a stream of changes comes in, verbs and files go out.

let stream;

// Hear of everything that one person sees. `onChanges` gets what changed, and whether it is all there is.
export function listen(me, onChanges, onLost) {
  stream?.close();
  let whole = true;
  stream = new EventSource(`/page/changes?me=${encodeURIComponent(me)}`);
  stream.onopen = () => (whole = true);
  stream.onerror = onLost;
  stream.onmessage = (event) => {
    onChanges(JSON.parse(event.data), whole);
    whole = false;
  };
}

// Do something; what comes back holds `error` where it could not be done.
export async function act(verb, asked) {
  try {
    const answer = await fetch(`/page/do/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    return await answer.json();
  } catch {
    return { error: "Nothing answers at this address any more: is it still running in the terminal?" };
  }
}

export async function upload(file) {
  const answer = await fetch(`/page/upload?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  return (await answer.json()).id;
}
