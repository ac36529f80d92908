// Readers: the site's own pages.

/** @param {import('../visit.mjs').Visits} visits */
export function readers(visits) {
  const pages = {
    Privacy: "privacy",
    "How we verify": "how anonymity works",
    "Your safety": "your safety",
    Accessibility: "accessibility",
  };
  return {
    "a reader finds the site's own pages at the foot of each page": async () => {
      const reader = await visits.newcomer();
      await reader.goto("/");
      for (const [link, name] of Object.entries(pages)) {
        await reader.follow(link, { within: reader.page.locator("footer") });
        await reader.keep(name);
      }
      await reader.goto("/p/no-such-petition", 404);
      await reader.keep("not found");
      await reader.goto("/recover");
      await reader.keep("recover");
      await reader.goto("/petitions?q=nothing-like-this");
      await reader.keep("nothing found");
      await reader.goto("/confirm/not-a-link", 410);
      await reader.keep("a link that no longer works");
    },
  };
}
