using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.RouterModels;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>Every classifier. To add one: its name in <see cref="ClassifierKind"/>, its file with a <see cref="ClassifierType"/>, and its line here.</summary>
internal static class ClassifierTypes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ClassifierType> All { get; } = [EmbeddedClassifier.Type, EmbeddedClassifier.TypeWithOwnEncoder, RouterModelClassifier.Type];

    /// <summary>The one that a configuration names.</summary>
    public static ClassifierType Of(ClassifierConfig config) => All.First(type => type.Kind == config.Kind);
}

/// <summary>A kind of classifier (<c>routing.classifier.type</c>).</summary>
/// <param name="Kind">The kind, which bears its name.</param>
/// <param name="Create">Makes one; loads nothing yet.</param>
internal sealed record ClassifierType(ClassifierKind Kind, Func<ClassifierConfig, ClassifierServices, IRouteClassifier> Create);

/// <summary>What classifiers are made of.</summary>
/// <param name="EncoderOf">The encoder of a configuration, shared by all who want the same; <see langword="null"/> for the shipped one.</param>
/// <param name="Http">Makes clients.</param>
/// <param name="Time">The clock.</param>
/// <param name="Meters">Makes meters.</param>
/// <param name="Loggers">Makes loggers.</param>
internal sealed record ClassifierServices(Func<EncoderConfig?, EncoderLoading> EncoderOf, IHttpClientFactory Http, TimeProvider Time, IMeterFactory Meters, ILoggerFactory Loggers);
