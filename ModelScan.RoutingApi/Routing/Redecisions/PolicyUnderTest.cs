using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Models;
using ModelScan.RoutingApi.Routing.Modes;

namespace ModelScan.RoutingApi.Routing.Redecisions;

/// <summary>A configuration that decides without being in force. No provider is asked, and no router model: the embedded classifier decides in its place.</summary>
/// <param name="Decisions">What deciding reads.</param>
/// <param name="Notes">What a person should know of it.</param>
internal sealed record PolicyUnderTest(DecisionSnapshot Decisions, IReadOnlyList<string> Notes)
{
    /// <summary>The models by every name.</summary>
    public ModelDirectory Models => Decisions.Models;

    /// <summary>Compiles a configuration.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="encoder">The encoder in force, which is the one that there is.</param>
    /// <param name="classifiers">Makes classifiers.</param>
    /// <param name="catalogue">What is known of models.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidConfigException">It cannot be put to the test here.</exception>
    public static PolicyUnderTest Of(LoadedConfig loaded, EncoderConfig? encoder, ClassifierFactory classifiers, ModelCatalogue catalogue, TimeProvider time)
    {
        var config = loaded.Config.Classifier;
        if (config.Encoder != encoder)
            throw new InvalidConfigException(loaded.Source, [new ConfigError("routing.classifier", 0, "has an encoder other than the one in force: 'modelscan simulate' tries it")]);
        var notes = new List<string>();
        if (config.RouterModel is not null)
        {
            notes.Add("The router model is not asked: the embedded classifier decides in its place.");
            config = config with { Kind = config.Kind == ClassifierKind.Endpoint ? ClassifierKind.Embedded : config.Kind, RouterModel = null, UnsureBelow = null };
        }

        if (loaded.Config.Mode != RoutingMode.Policy)
            notes.Add($"routing.mode is {RoutingModes.NameOf(loaded.Config.Mode)}: this is what policy mode would decide.");
        return new PolicyUnderTest(new DecisionSnapshot(loaded, new ModelDirectory(loaded.Config, null, catalogue), classifiers.CreateAside(config), time.GetUtcNow()), notes);
    }
}
