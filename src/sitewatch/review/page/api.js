// Questions to the server. Whatever changes something carries the page's own secret.
const token = document.documentElement.dataset.token;

export class Refused extends Error {}

const answer = async (asked) => {
  let response;
  try {
    response = await asked;
  } catch {
    throw new Refused("The server does not answer. What was called saved is kept; start `sitewatch review` again for the rest.");
  }
  if (response.status === 403) throw new Refused((await response.text()).trim());
  const said = await response.json().catch(() => ({ error: "the server answered " + response.status }));
  if (!response.ok) throw new Refused(said.error || "the server answered " + response.status);
  return said;
};

export const get = (path, options) => answer(fetch(path, options));

export const post = (path, body) =>
  answer(fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-sitewatch-token": token },
    body: JSON.stringify(body),
  }));
