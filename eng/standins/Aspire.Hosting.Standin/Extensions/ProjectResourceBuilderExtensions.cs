using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;

namespace Aspire.Hosting;

/// <summary>Adds projects of the solution.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project that the AppHost refers to; its endpoints and variables are those of its launch profile.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var profileOfAppHost = Environment.GetEnvironmentVariable("DOTNET_LAUNCH_PROFILE");
        return builder.AddProject<TProject>(name, profileOfAppHost);
    }

    /// <summary>Adds a project that the AppHost refers to, with a named launch profile.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new()
    {
        var metadata = new TProject();
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata);
        var profile = LaunchProfile.Find(Path.GetDirectoryName(metadata.ProjectPath)!, launchProfileName);
        foreach (var url in profile?.ApplicationUrls ?? [])
        {
            project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, url.Scheme, url.Scheme, url.Port));
        }

        return project
            .WithEnvironment(context => AddDefaults(context, builder, profile))
            .WithOtlpExporter();
    }

    private static void AddDefaults(EnvironmentCallbackContext context, IDistributedApplicationBuilder builder, LaunchProfile? profile)
    {
        var variables = context.EnvironmentVariables;
        variables["ASPNETCORE_ENVIRONMENT"] = builder.Environment.EnvironmentName;
        variables["DOTNET_ENVIRONMENT"] = builder.Environment.EnvironmentName;
        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        foreach (var (name, value) in profile?.EnvironmentVariables ?? new Dictionary<string, string>())
        {
            variables[name] = value;
        }

        if (profile is not null)
        {
            variables["DOTNET_LAUNCH_PROFILE"] = profile.Name;
        }

        var endpoints = context.Resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.UriScheme is "http" or "https");
        variables["ASPNETCORE_URLS"] = string.Join(';', endpoints.Select(ListenUrl));
    }

    // Where a container cannot reach the loopback address of its host (Linux), a server that it needs has to listen on the others too.
    private static string ListenUrl(EndpointAnnotation endpoint) =>
        FormattableString.Invariant($"{endpoint.UriScheme}://{(endpoint.IsUsedByContainer && OperatingSystem.IsLinux() ? "*" : "localhost")}:{endpoint.AllocatedEndpoint!.Port}");
}
