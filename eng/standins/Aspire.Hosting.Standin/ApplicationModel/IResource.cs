using System.Collections.ObjectModel;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A fact attached to a resource.</summary>
public interface IResourceAnnotation;

/// <summary>The facts attached to a resource, in the order in which they were added.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;

/// <summary>Something that the application consists of.</summary>
public interface IResource
{
    /// <summary>Unique in the application, compared without case.</summary>
    string Name { get; }

    /// <summary>What is known about the resource.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>A resource that is given environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource that is given command-line arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>A resource that listens on named endpoints.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource that can wait for others before it starts.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>A named resource.</summary>
public abstract class Resource(string name) : IResource
{
    /// <inheritdoc/>
    public virtual string Name { get; } = name;

    /// <inheritdoc/>
    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}

/// <summary>A resource with facts to add, and the application that it belongs to.</summary>
public interface IResourceBuilder<out T>
    where T : IResource
{
    /// <summary>The application that is being built.</summary>
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    /// <summary>The resource.</summary>
    T Resource { get; }

    /// <summary>Adds a fact to the resource.</summary>
    IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation)
        where TAnnotation : IResourceAnnotation;
}
