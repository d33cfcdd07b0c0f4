using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>An application while it is being put together.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>Settings: command line, environment, <c>appsettings.json</c>, user secrets in development.</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>The directory of the AppHost project.</summary>
    string AppHostDirectory { get; }

    /// <summary>The AppHost's assembly.</summary>
    Assembly? AppHostAssembly { get; }

    /// <summary>Development or another environment.</summary>
    IHostEnvironment Environment { get; }

    /// <summary>Services of the AppHost itself.</summary>
    IServiceCollection Services { get; }

    /// <summary>Whether the application runs or is published.</summary>
    DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>What the application consists of so far.</summary>
    IList<IResource> Resources { get; }

    /// <summary>Adds a resource.</summary>
    /// <exception cref="DistributedApplicationException">There is one of that name already.</exception>
    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    /// <summary>A builder for a resource, without adding it.</summary>
    IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource;

    /// <summary>The finished application, not started yet.</summary>
    DistributedApplication Build();
}

/// <summary>Says how a project is found; implemented by the generated <c>Projects.*</c> classes.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>The absolute path of the project file.</summary>
    string ProjectPath { get; }

    /// <summary>The absolute path of the program that the project builds.</summary>
    string AssemblyPath { get; }
}

/// <summary>A resource that others find by its name.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

/// <summary>A service that is not part of the application.</summary>
public sealed class ExternalServiceResource(string name, Uri? uri, ParameterResource? urlParameter = null) : Resource(name)
{
    /// <summary>Its address, unless a parameter gives it.</summary>
    public Uri? Uri { get; } = uri;

    /// <summary>The parameter that gives its address.</summary>
    public ParameterResource? UrlParameter { get; } = urlParameter;
}
