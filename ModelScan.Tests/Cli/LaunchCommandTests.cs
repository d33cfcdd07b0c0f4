using System.Text.RegularExpressions;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

/// <summary><c>launch</c>: an agent starts with what it needs, and ends the command as it ends.</summary>
public sealed class LaunchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData("claude", "ANTHROPIC_BASE_URL=(.*)$", "ADDRESS")]
    [InlineData("claude", "ANTHROPIC_AUTH_TOKEN=(.*)$", "k1")]
    [InlineData("claude", "ANTHROPIC_MODEL=(.*)$", "modelscan/auto")]
    [InlineData("claude", "ANTHROPIC_DEFAULT_HAIKU_MODEL=(.*)$", "modelscan/budget")]
    [InlineData("claude", "ARGUMENTS (.*)$", "-p|say hi|--url|x|")]
    [InlineData("claude", "NO_PROXY=.*(127.0.0.1,localhost)$", "127.0.0.1,localhost")]
    [InlineData("codex", "MODELSCAN_API_KEY=(.*)$", "k1")]
    [InlineData("codex", "ARGUMENTS (.*)$", "-c|model_provider=\"modelscan\"|-c|model_providers.modelscan={name=\"ModelScan\",base_url=\"ADDRESS/v1\",env_key=\"MODELSCAN_API_KEY\",wire_api=\"responses\"}|-c|model=\"modelscan/auto\"|-p|say hi|--url|x|")]
    public async Task Agent_IsStartedWithItsEnvironmentAndArguments(string agent, string pattern, string expected)
    {
        Skip.If(OperatingSystem.IsWindows(), "the agent of this test is a shell script");
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: direct }");
        var address = gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var run = await CommandRun.OfAsync(
            "launch", agent, "--url", address, "--key", "k1", "--model", "modelscan/auto", "--small-model", "modelscan/budget", "--program", Script(7), "--", "-p", "say hi", "--url", "x");
        Assert.Equal((7, ""), (run.Code, run.Error));
        var match = Regex.Match(await File.ReadAllTextAsync(Seen), pattern, RegexOptions.Multiline);
        Assert.Equal(expected.Replace("ADDRESS", address, StringComparison.Ordinal), match.Groups[1].Value);
    }

    [SkippableFact]
    public async Task Agent_WithALoginOfItsOwn_KeepsIt()
    {
        Skip.If(OperatingSystem.IsWindows(), "the agent of this test is a shell script");
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: direct }");
        Assert.Equal(0, (await CommandRun.OfAsync("launch", "claude", "--url", gateway.Client.BaseAddress!.ToString(), "--own-login", "--program", Script(0))).Code);
        Assert.DoesNotContain("ANTHROPIC_AUTH_TOKEN=", await File.ReadAllTextAsync(Seen), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrintEnv_IsForAShell()
    {
        var run = await CommandRun.OfAsync("launch", "codex", "--print-env", "--key", "it's", "--url", "http://gateway:1");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("export MODELSCAN_API_KEY='it'\\''s'\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("alias codex='codex '\\''-c'\\'' ", run.Output, StringComparison.Ordinal);
        var claude = await CommandRun.OfAsync("launch", "claude", "--print-env");
        Assert.Contains("export ANTHROPIC_BASE_URL='http://127.0.0.1:12000'\n", claude.Output, StringComparison.Ordinal);
        Assert.Contains("unset ANTHROPIC_API_KEY\n", claude.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoGateway_IsSaid() =>
        (await CommandRun.OfAsync("launch", "claude", "--url", $"http://127.0.0.1:{FreePort.Find()}")).FailedInOneLine(1, "start one with 'modelscan serve'");

    [Fact]
    public async Task NoProgram_IsSaidWithHowToGetIt()
    {
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: direct }");
        (await CommandRun.OfAsync("launch", "codex", "--url", gateway.Client.BaseAddress!.ToString(), "--program", "/nowhere/codex")).FailedInOneLine(1, "npm install -g @openai/codex");
    }

    [Theory]
    [InlineData("launch", "vim")]
    [InlineData("launch", "claude", "-p", "hi")]
    [InlineData("launch", "claude", "--url", "ftp://x", "--print-env")]
    [InlineData("launch")]
    public async Task WrongCommandLine_IsAUsageError(params string[] args) => (await CommandRun.OfAsync(args)).FailedInOneLine(2, "");

    public void Dispose() => _folder.Dispose();

    private string Seen => Path.Join(_folder.Path, "seen");

    private string Script(int code)
    {
        var path = _folder.Write("agent.sh", $"#!/bin/sh\nenv > '{Seen}'\nprintf 'ARGUMENTS ' >> '{Seen}'\nprintf '%s|' \"$@\" >> '{Seen}'\necho >> '{Seen}'\nexit {code}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return path;
    }
}
