using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Resolves the variables and arguments that a resource is started with.</summary>
internal static class ResourceEnvironment
{
    /// <summary>The environment variables, in the order in which they were described; later ones win.</summary>
    public static async Task<Dictionary<string, string>> VariablesAsync(
        IResource resource, DistributedApplicationExecutionContext context, CancellationToken cancellationToken)
    {
        var collected = new EnvironmentCallbackContext(context, resource, cancellationToken: cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await annotation.Callback(collected);
        }

        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in collected.EnvironmentVariables)
        {
            variables[name] = await ResolveAsync(value, resource, cancellationToken);
        }

        return variables;
    }

    /// <summary>The command-line arguments.</summary>
    public static async Task<List<string>> ArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var collected = new CommandLineArgsCallbackContext([], resource, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(collected);
        }

        List<string> arguments = [];
        foreach (var argument in collected.Args)
        {
            arguments.Add(await ResolveAsync(argument, resource, cancellationToken));
        }

        return arguments;
    }

    /// <summary>A name as part of an environment variable: <c>metrics-mock</c> becomes <c>metrics_mock</c>.</summary>
    public static string Encode(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static async Task<string> ResolveAsync(object value, IResource caller, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IResourceBuilder<IResource> { Resource: IValueProvider provider } =>
            await provider.GetValueAsync(new ValueProviderContext { Caller = caller }, cancellationToken) ?? "",
        IValueProvider provider => await provider.GetValueAsync(new ValueProviderContext { Caller = caller }, cancellationToken) ?? "",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
