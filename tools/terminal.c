// SPDX-License-Identifier: GPL-2.0
/* A terminal that shows one screen after the other, and is left as it was found. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "say.h"
#include "terminal.h"

/* The alternate screen, without a cursor; and back. */
#define ENTER "\033[?1049h\033[?25l\033[2J"
#define LEAVE "\033[0m\033[?25h\033[?1049l"

#define SIZE_MIN 1
#define SIZE_MAX_SANE 1000

static bool entered;
static bool keys;			/* stdin is a terminal, too */
static struct termios found;
static int signals = -1;
static sigset_t mask;

bool terminal_there(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb");
}

bool terminal_colours(void)
{
	const char *no = getenv("NO_COLOR");

	return terminal_there() && !(no && *no);
}

static int from_environment(const char *name, int otherwise)
{
	const char *text = getenv(name);
	int number = text ? atoi(text) : 0;

	return number >= SIZE_MIN && number <= SIZE_MAX_SANE ? number : otherwise;
}

void terminal_size(int *width, int *height)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col && size.ws_row) {
		/* Whoever has set it may mean anything. */
		*width = size.ws_col < SIZE_MAX_SANE ? size.ws_col : SIZE_MAX_SANE;
		*height = size.ws_row < SIZE_MAX_SANE ? size.ws_row : SIZE_MAX_SANE;
		return;
	}
	*width = from_environment("COLUMNS", 80);
	*height = from_environment("LINES", 24);
}

static void take(void)
{
	struct termios raw = found;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	if (keys)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	fputs(ENTER, stdout);
	fflush(stdout);
	entered = true;
}

void terminal_leave(void)
{
	if (!entered)
		return;
	entered = false;
	fputs(LEAVE, stdout);
	fflush(stdout);
	if (keys)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &found);
}

/* By whoever has started us: nohup. What nobody has set is not ignored, whatever its default does. */
static bool is_ignored(int number)
{
	struct sigaction action;

	return !sigaction(number, NULL, &action) && action.sa_handler == SIG_IGN;
}

void terminal_enter(void)
{
	/* What ends a program, or stops it, if nobody minds it; that it goes on; and another size. */
	static const int watched[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE, SIGXCPU,
		SIGTSTP, SIGCONT, SIGWINCH,
	};

	sigemptyset(&mask);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		if (!is_ignored(watched[i]))
			sigaddset(&mask, watched[i]);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signals = signalfd(-1, &mask, SFD_CLOEXEC);
	if (signals < 0)
		say_fatal("cannot watch for signals: %s", strerror(errno));
	keys = isatty(STDIN_FILENO) && !tcgetattr(STDIN_FILENO, &found);
	atexit(terminal_leave);
	/* A message belongs on the screen that stays. */
	say_before(terminal_leave);
	take();
}

/* As if nobody had held the signal back. */
static void pass_on(int number)
{
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, number);
	terminal_leave();
	signal(number, SIG_DFL);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	/* Only a stop gets here, when it is over. */
	sigprocmask(SIG_BLOCK, &one, NULL);
	take();
}

static void read_signal(bool *redraw)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return;
	/* While we were stopped, by SIGSTOP, the shell had the terminal. */
	if (info.ssi_signo == SIGCONT)
		take();
	else if (info.ssi_signo != SIGWINCH)
		pass_on((int)info.ssi_signo);
	*redraw = true;
}

/* False: q. */
static bool read_keys(void)
{
	char key;

	while (read(STDIN_FILENO, &key, 1) == 1)
		if (key == 'q' || key == 'Q')
			return false;
	return true;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

bool terminal_wait(double seconds, bool *redraw)
{
	double until = now() + seconds;
	double left;

	*redraw = false;
	while (!*redraw && (left = until - now()) > 0) {
		struct pollfd fds[] = {
			{ .fd = signals, .events = POLLIN },
			{ .fd = keys ? STDIN_FILENO : -1, .events = POLLIN },
		};

		if (poll(fds, 2, (int)(left * 1000) + 1) <= 0)
			continue;
		if (fds[0].revents)
			read_signal(redraw);
		/* The terminal has gone. */
		if (fds[1].revents & (POLLHUP | POLLERR | POLLNVAL))
			return false;
		if (fds[1].revents && !read_keys())
			return false;
	}
	return true;
}
