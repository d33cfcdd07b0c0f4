namespace ModelScan.Tests.Cli;

public sealed class CommandLineTests
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "samples", "modelscan.yaml");

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    public async Task Help_ListsEveryCommand(string flag)
    {
        var run = await CommandRun.OfAsync(flag);
        Assert.Equal(0, run.Code);
        Assert.Contains("modelscan [command] [options]", run.Output, StringComparison.Ordinal);
        Assert.All((string[])["serve", "validate <FILE>", "decide <PROMPT>"], command => Assert.Contains($"  {command}  ", run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("serve", "--urls")]
    [InlineData("validate", "<FILE>")]
    [InlineData("decide", "--explain")]
    public async Task Help_OfACommand_DescribesIt(string command, string part)
    {
        var run = await CommandRun.OfAsync(command, "--help");
        Assert.Equal(0, run.Code);
        Assert.Contains($"modelscan {command}", run.Output, StringComparison.Ordinal);
        Assert.Contains(part, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_IsOneLine() => Assert.Matches(@"^modelscan \d+\.\d+\.\d+\S*\s*$", (await CommandRun.OfAsync("--version")).Output);

    [Theory]
    [InlineData("serv", "unknown command 'serv'; did you mean 'serve'? 'modelscan --help' lists all.")]
    [InlineData("valdate", "did you mean 'validate'?")]
    [InlineData("reticulate", "unknown command 'reticulate'. 'modelscan --help' lists all.")]
    public async Task UnknownCommand_NamesTheNearest(string word, string hint) => (await CommandRun.OfAsync(word)).FailedInOneLine(2, hint);

    [Theory]
    [InlineData("--explian", "unknown option '--explian'; did you mean '--explain'? See 'modelscan decide --help'.")]
    [InlineData("--frobnicate", "unknown option '--frobnicate'. See 'modelscan decide --help'.")]
    public async Task UnknownOption_AmongWords_IsNotTakenForOne(string option, string hint) => (await CommandRun.OfAsync("decide", "Hello", option)).FailedInOneLine(2, hint);

    [Fact]
    public async Task UnknownOption_AmongFiles_IsNotTakenForOne() => (await CommandRun.OfAsync("validate", Sample, "--frobnicate")).FailedInOneLine(2, "unknown option '--frobnicate'");

    [Theory]
    [InlineData("validate", "FILE")]
    [InlineData("decide", "PROMPT")]
    public async Task MissingArgument_IsNamed(string command, string argument) => (await CommandRun.OfAsync(command)).FailedInOneLine(2, argument);
}
