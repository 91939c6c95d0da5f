# Words of the sign-in page.

signin-title = Sign in
signin-email = Email
signin-password = Password
signin-button = Sign in
signin-wrong = Email or password is wrong.
signin-enter-email = Enter your email address
signin-enter-password = Enter your password
signin-too-many = Too many tries. This account opens again at { $when }.
signin-demo-title = Demo accounts
signin-demo-text = Everyone and everything in this clinic is made up. Sign in as any of them.
signin-demo-use = Sign in as { $role }
