// A demo log-in fills the form; the person still presses the button.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-demo-email]");
  if (!button) return;
  document.getElementById("id_login").value = button.dataset.demoEmail;
  document.getElementById("id_password").value = button.dataset.demoPassword;
  document.querySelector("form [type=submit]").focus();
});
