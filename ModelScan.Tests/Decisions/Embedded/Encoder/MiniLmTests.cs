using System.Text;
using System.Text.Json;
using ModelScan.Tests.Cli;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Decisions.Embedded.Encoder;

/// <summary>An encoder of the user's own, a real one: <c>kind: onnx</c> with the weights of all-MiniLM-L6-v2, and constants fitted for it.</summary>
public sealed class MiniLmTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    public async Task Onnx_MiniLm_DecidesAndIsCalibrated()
    {
        var (model, vocabulary, whyNot) = await MiniLmPackage.FilesAsync();
        Skip.If(whyNot is not null, whyNot);
        var config = Config($"kind: onnx, model: '{model}', vocab: '{vocabulary}', pooling: mean, max_tokens: 128");
        var items = _folder.Write("items.jsonl", Items("c1-01", "d1-03"));

        var before = await CommandRun.OfAsync("eval", "--items", items, "--config", config);
        var constants = Path.Combine(_folder.Path, "constants.json");
        var calibrated = await CommandRun.OfAsync("calibrate", "--labels", items, "--out", constants, "--config", config);
        config = Config($"kind: onnx, model: '{model}', vocab: '{vocabulary}', pooling: mean, max_tokens: 128, calibration: '{constants}'");
        var after = await CommandRun.OfAsync("eval", "--items", items, "--config", config);
        var decided = await CommandRun.OfAsync("decide", "The function returns the wrong sum, please repair it", "--config", config);

        Assert.Equal((0, ""), (calibrated.Code, calibrated.Error));
        Assert.Contains("fitted, cross-validated\t", calibrated.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (decided.Code, decided.Error));
        Assert.Contains("fix_bug", decided.Output, StringComparison.Ordinal);
        Assert.True(RightOf(after.Output) >= Math.Max(RightOf(before.Output), 0.3), $"before {before.Output}\nafter {after.Output}");
    }

    public void Dispose() => _folder.Dispose();

    private static double RightOf(string output)
    {
        var at = output.IndexOf("right: ", StringComparison.Ordinal) + "right: ".Length;
        var numbers = output[at..output.IndexOf('(', at)].Split(" of ");
        return double.Parse(numbers[0], null) / double.Parse(numbers[1], null);
    }

    // Two of the benchmark's configurations as one, and their prompts in English, the language that MiniLM reads.
    private string Config(string classifier)
    {
        var config = TestConfig.Empty.Model("openai/m").Routing($"classifier: {{ {classifier} }}");
        foreach (var route in Lines("configs.jsonl").Where(line => line.GetProperty("config").GetString() is "c1-01" or "d1-03").SelectMany(line => line.GetProperty("routes").EnumerateArray()))
            config = config.Route(route.GetProperty("name").GetString()!, route.GetProperty("description").GetString(), ["openai/m"]);
        return _folder.Write($"{Guid.NewGuid():N}.yaml", config);
    }

    private static string Items(params string[] configurations)
    {
        var text = new StringBuilder();
        foreach (var line in Lines("items.jsonl").Where(line => configurations.Contains(line.GetProperty("config").GetString()) && line.GetProperty("lang").GetString() == "en"))
            text.Append(line.GetRawText()).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<JsonElement> Lines(string file) =>
        File.ReadLines(Path.Combine(RepositoryFiles.Root, "bench", "RouterEval", "Sets", file)).Select(line => JsonDocument.Parse(line).RootElement);
}
