// What `partnerd completion` writes is read by the shells themselves, where they are installed.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli/program.h"
#include "tests/testing/temporary_folder.h"

namespace {

std::string script_for(const char* shell) {
    cli::Command app("partnerd");
    std::ostringstream out, err;
    cli::Program program(app, {.out = out, .err = err, .find_variable = {}, .connect = {}});
    cli::add_all_commands(program);
    const char* const arguments[] = {"partnerd", "completion", shell};
    EXPECT_EQ(cli::parse_and_run(program, 3, arguments), 0) << err.str();
    return out.str();
}

bool is_there(const std::string& shell) {
    return std::system(("command -v " + shell + " >/dev/null 2>&1").c_str()) == 0;
}

// What the shell prints when it has read the script and then the commands.
std::string output_of(const std::string& shell, const std::string& commands) {
    const test::TemporaryFolder folder;
    std::ofstream(folder.file("completion")) << script_for(shell.substr(0, shell.find(' ')).c_str());
    std::ofstream(folder.file("commands")) << commands;
    const std::string command = "cd " + folder.path() + " && HOME=" + folder.path() + " " + shell + " commands 2>&1";
    std::string output;
    std::FILE* const pipe = popen(command.c_str(), "r");
    char buffer[4096];
    for (std::size_t count; (count = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, count);
    EXPECT_EQ(pclose(pipe), 0) << output;
    return output;
}

std::string complete_in_bash(const std::string& words) {
    return output_of("bash",
                     "source ./completion\n"
                     "COMP_WORDS=(" +
                         words +
                         ")\n"
                         "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                         "_partnerd\n"
                         "echo \"${COMPREPLY[*]}\"\n");
}

TEST(CompletionTest, CompletesCommandsFlagsAndValuesInBash) {
    EXPECT_EQ(complete_in_bash("partnerd acc"), "account-type account-class account\n");
    EXPECT_EQ(complete_in_bash("partnerd account re"), "redate reissue-token remove redeem\n");
    EXPECT_EQ(complete_in_bash("partnerd account list --uid"), "--uid-prefix\n");
    EXPECT_EQ(complete_in_bash("partnerd account list --status sus"), "suspended\n");
    EXPECT_EQ(complete_in_bash("partnerd --server x account sh"), "show\n");
    EXPECT_EQ(complete_in_bash("partnerd account show 2/x --js"), "--json\n");
    EXPECT_EQ(complete_in_bash("partnerd account list --status = sus"), "suspended\n") << "as bash parts --status=sus";
    EXPECT_EQ(complete_in_bash("partnerd import --format js"), "jsonl json\n");
    EXPECT_EQ(complete_in_bash("partnerd completion b"), "bash\n");
    EXPECT_EQ(complete_in_bash("partnerd promotion add 2 b5test.com f"), "family\n");
    EXPECT_EQ(complete_in_bash("partnerd promotion add --until 2050-01-01 2 b5test.com f"), "family\n");
    EXPECT_EQ(complete_in_bash("partnerd setting set 2 cou"), "countries\n");
}

TEST(CompletionTest, IsReadByZsh) {
    if (!is_there("zsh")) GTEST_SKIP() << "there is no zsh";
    EXPECT_EQ(output_of("zsh -f",
                        "compdef() { echo \"$@\"; }\n"
                        "source ./completion\n"
                        "_describe() { print -l -- ${(P)2}; }\n"
                        "words=(partnerd account lif); CURRENT=3; _partnerd | grep ^lift\n"
                        "compadd() { shift; print -- ${(P)1}; }\n"
                        "words=(partnerd account list --type x); CURRENT=5; _partnerd\n"
                        "words=(partnerd promotion add 2 b5test.com x); CURRENT=6; _partnerd\n"
                        "compset() { return 0; }\n"
                        "words=(partnerd account list --type=x); CURRENT=4; _partnerd\n"),
              "_partnerd partnerd\nlift:Lift the administrative hold\nindividual family\nindividual family\nindividual "
              "family\n");
}

TEST(CompletionTest, IsReadByFish) {
    if (!is_there("fish")) GTEST_SKIP() << "there is no fish";
    EXPECT_EQ(output_of("fish --no-config",
                        "source ./completion\n"
                        "complete -C 'partnerd account li'\n"
                        "complete -C 'partnerd account list --type '\n"
                        "complete -C 'partnerd promotion add 2 b5test.com '\n"),
              "lift\tLift the administrative hold\nlist\tList accounts: all filters that are given must hold\n"
              "family\tof this type only\nindividual\tof this type only\nfamily\nindividual\n");
}

}  // namespace
