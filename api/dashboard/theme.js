/* Before the first paint, so that a dark room never sees a white flash. */
{
  const chosen = localStorage.getItem("mtu-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  document.documentElement.lang = localStorage.getItem("mtu-language") || (navigator.language.startsWith("id") ? "id" : "en");
}
