// How a program of barecc's begins and ends, so that whatever ends it leaves nothing behind and says what it was.
#pragma once

namespace barecc {

/// Call it first in main. From then on
/// - a signal that would end the program (an interrupt, a terminal that goes, a reader of the output that goes) removes
///   temporary directories, kills the programs that were started, and then ends the program as it would have anyway;
///   signals that are ignored, as under nohup, stay so;
/// - a file that grows beyond a limit (`ulimit -f`) is an error of the write, not a signal;
/// - memory that runs out, and what LLVM calls a fatal error, end in one message and exit status 1;
/// - a stream of the three standard ones that is closed gives errors, rather than being the next file that is opened.
void beginProgram(int &argc, char **&argv);

/// Call it last in main, with the exit status, and return what it returns: output that could not be written is an error.
int endProgram(int status);

} // namespace barecc
