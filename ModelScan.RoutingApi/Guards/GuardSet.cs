using System.Runtime.CompilerServices;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Guards.Detection;

namespace ModelScan.RoutingApi.Guards;

/// <summary>A guard that looks for something in texts.</summary>
/// <param name="Config">Its settings.</param>
/// <param name="Detector">What it looks with.</param>
internal sealed record TextGuard(GuardConfig Config, ITextDetector Detector);

/// <summary>The guards of a configuration, compiled once. Immutable.</summary>
internal sealed class GuardSet
{
    private static readonly ConditionalWeakTable<GuardsConfig, GuardSet> Compiled = [];

    private GuardSet(GuardsConfig config)
    {
        Config = config;
        Input = Texts(config.Input);
        Output = Texts(config.Output);
        InputLength = config.Input.FirstOrDefault(guard => guard.Kind == GuardKind.Length);
        OutputLength = config.Output.FirstOrDefault(guard => guard.Kind == GuardKind.Length);
        Jailbreaks = [.. config.Input.Where(guard => guard.Kind == GuardKind.Jailbreak)];
        Schema = config.Output.FirstOrDefault(guard => guard.Kind == GuardKind.JsonSchema);
        Redacts = Input.Any(guard => guard.Config.Action == GuardAction.Redact);
    }

    public GuardsConfig Config { get; }

    /// <summary>What looks at the texts of requests, in order.</summary>
    public TextGuard[] Input { get; }

    /// <summary>What looks at the texts of answers, in order.</summary>
    public TextGuard[] Output { get; }

    public GuardConfig? InputLength { get; }

    public GuardConfig? OutputLength { get; }

    public GuardConfig[] Jailbreaks { get; }

    /// <summary>What compares structured answers with their schema.</summary>
    public GuardConfig? Schema { get; }

    /// <summary>Whether requests may get placeholders.</summary>
    public bool Redacts { get; }

    /// <summary>Whether answers are looked at whatever was asked.</summary>
    public bool ReadsAnswers => Output.Length > 0 || OutputLength is not null || Schema is not null;

    /// <summary>Those of a configuration.</summary>
    public static GuardSet Of(GuardsConfig config) => Compiled.GetValue(config, static config => new GuardSet(config));

    private static TextGuard[] Texts(IReadOnlyList<GuardConfig> guards) =>
        [.. guards.Select(guard => guard.Kind switch
        {
            GuardKind.Secrets => new TextGuard(guard, new SecretDetector()),
            GuardKind.Pii => new TextGuard(guard, new PiiDetector(guard.Entities)),
            GuardKind.Deny => new TextGuard(guard, new DenyDetector(guard.Patterns)),
            _ => null,
        }).OfType<TextGuard>()];
}
